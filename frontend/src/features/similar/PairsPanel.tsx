import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { NearDuplicates } from "../../api/types";
import { useFormat } from "../../ui/format";
import { Panel } from "../../ui/Panel";
import { Tag } from "../../ui/Tag";
import classes from "./similar.module.css";

interface Props {
  projectId: number;
  pairs: NearDuplicates["pairs"];
}

/** The pairs that are least alike: if these may share a label, all may. */
export function PairsPanel({ projectId, pairs }: Props) {
  const { t } = useTranslation("similar");
  const format = useFormat();
  return (
    <Panel title={t("pairs.title")} note={t("pairs.note")}>
      <ul className={classes.pairs}>
        {pairs.map(({ first, other, is_equal, likeness, shared }) => (
          <li key={other.id}>
            <div>
              <Tag>
                {is_equal
                  ? t("pairs.equal")
                  : t("pairs.near", {
                      likeness: format.percent(likeness, 1),
                      shared: format.percent(shared, 1),
                    })}
              </Tag>
            </div>
            {[first, other].map(({ id, preview }) => (
              <p key={id}>
                {preview}{" "}
                <Link
                  to="/projects/$projectId/items/$itemId"
                  params={{ projectId, itemId: id }}
                  className={classes.link}
                >
                  #{id}
                </Link>
              </p>
            ))}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
