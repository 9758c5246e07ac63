import { useTranslation } from "react-i18next";
import { apiUrl } from "../../api/client";
import type { InputValue, ItemDetail, LabelSchema } from "../../api/types";
import { Tag } from "../../ui/Tag";
import classes from "./items.module.css";

interface Props {
  projectId: number;
  item: ItemDetail;
  schema: LabelSchema;
}

function Value({ value, url, alt }: { value: InputValue | undefined; url: string; alt: string }) {
  if (value === undefined) return "–";
  if (typeof value === "string") return value;
  return <img src={value.url || url} width={value.width} height={value.height} alt={alt} />;
}

export function ItemData({ projectId, item, schema }: Props) {
  const { t } = useTranslation("items");
  const metadata = Object.entries(item.metadata);
  return (
    <>
      <dl className={classes.data}>
        {schema.inputs.map(({ id, title }) => (
          <div key={id}>
            <dt>{title || id}</dt>
            <dd>
              <Value
                value={item.data[id]}
                url={apiUrl(`projects/${projectId}/items/${item.id}/media/${id}/`)}
                alt={title || id}
              />
            </dd>
          </div>
        ))}
      </dl>
      {item.needs.length + metadata.length > 0 ? (
        <dl className={classes.facts}>
          {item.needs.length > 0 ? (
            <>
              <dt>{t("data.needs")}</dt>
              <dd className={classes.needs}>
                {item.needs.map((name) => (
                  <Tag key={name}>{name}</Tag>
                ))}
              </dd>
            </>
          ) : null}
          {metadata.map(([key, value]) => (
            <div key={key} style={{ display: "contents" }}>
              <dt>{key}</dt>
              <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
            </div>
          ))}
        </dl>
      ) : null}
    </>
  );
}
