import type { LabelSchema, Policy } from "../../../api/types";

export interface PolicyFormProps {
  policy: Policy;
  schema: LabelSchema;
  /** What the server refused at the JSON pointer below the policy, such as `prices/crowd`. */
  problemAt: (name: string) => string | undefined;
  onChange: (policy: Policy) => void;
}

export interface PolicyFieldProps extends PolicyFormProps {
  change: (part: Partial<Policy>) => void;
}
