import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ImageValue, ItemData, SchemaInput } from "../../../api/types";

export interface Sample {
  data: ItemData;
  texts: Record<string, string>;
  setText: (input: string, text: string) => void;
  setPicture: (input: string, file: File) => void;
}

async function readPicture(file: File): Promise<ImageValue> {
  const url = URL.createObjectURL(file);
  const image = new Image();
  image.src = url;
  await image.decode();
  return { media: "", url, width: image.naturalWidth, height: image.naturalHeight };
}

/** Pictures stay in this browser; their addresses are given back when the form closes. */
function usePictures() {
  const [pictures, setPictures] = useState<Record<string, ImageValue>>({});
  const made = useRef<string[]>([]);
  useEffect(() => {
    const urls = made.current;
    return () => {
      for (const url of urls) URL.revokeObjectURL(url);
    };
  }, []);
  const setPicture = (input: string, file: File) => {
    readPicture(file).then(
      (picture) => {
        made.current.push(picture.url);
        setPictures((old) => ({ ...old, [input]: picture }));
      },
      () => setPictures(({ [input]: _unreadable, ...rest }) => rest),
    );
  };
  return { pictures, setPicture };
}

export function useSample(inputs: readonly SchemaInput[]): Sample {
  const { t } = useTranslation("setup");
  const [texts, setTexts] = useState<Record<string, string>>({});
  const { pictures, setPicture } = usePictures();
  const data = useMemo(() => {
    const values: ItemData = {};
    for (const { id, type } of inputs) {
      const picture = pictures[id];
      if (type === "text") values[id] = texts[id] ?? t("preview.sampleText");
      else if (picture) values[id] = picture;
    }
    return values;
  }, [inputs, texts, pictures, t]);
  return {
    data,
    texts,
    setText: (input, text) => setTexts((old) => ({ ...old, [input]: text })),
    setPicture,
  };
}
