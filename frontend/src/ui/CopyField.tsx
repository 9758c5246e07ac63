import { ActionIcon, CopyButton, TextInput, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

interface Props {
  label: string;
  value: string;
}

/** Something shown once, to be carried elsewhere. */
export function CopyField({ label, value }: Props) {
  const { t } = useTranslation("common");
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <TextInput
          label={label}
          value={value}
          readOnly
          onFocus={(event) => event.currentTarget.select()}
          rightSection={
            <Tooltip label={copied ? t("copied") : t("copy")}>
              <ActionIcon
                variant="subtle"
                color={copied ? "green" : "indigo"}
                onClick={copy}
                aria-label={copied ? t("copied") : t("copy")}
              >
                {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
              </ActionIcon>
            </Tooltip>
          }
        />
      )}
    </CopyButton>
  );
}
