import { useState } from "react";
import type { LabelSchema } from "../../../api/types";

/** The editors are never handed a half-typed schema: they keep the last one that held together. */
export function useLastSound(schema: LabelSchema, isSound: boolean): LabelSchema {
  const [sound, setSound] = useState(schema);
  if (isSound && sound !== schema) setSound(schema);
  return sound;
}
