import { useRef, useState } from "react";
import { upload } from "../../api/client";
import type { Media } from "../../api/types";

export type SentPicture = Media;

interface RefusedPicture {
  name: string;
  error: unknown;
}

/** Enough to keep the line busy, few enough to leave the server room for others. */
const AT_ONCE = 3;

/** Sends pictures a few at a time; one that is refused does not hold up the others. */
export function usePictureUpload(projectId: number) {
  const [sent, setSent] = useState<SentPicture[]>([]);
  const [refused, setRefused] = useState<RefusedPicture[]>([]);
  const [total, setTotal] = useState(0);
  const waiting = useRef<File[]>([]);
  const running = useRef(0);

  async function send(file: File): Promise<void> {
    const form = new FormData();
    form.set("file", file);
    try {
      const { media, width, height } = await upload<Media>(`projects/${projectId}/media/`, form);
      setSent((old) => [...old, { name: file.name, media, width, height }]);
    } catch (error) {
      setRefused((old) => [...old, { name: file.name, error }]);
    }
  }

  async function work(): Promise<void> {
    running.current += 1;
    for (let file = waiting.current.shift(); file; file = waiting.current.shift()) {
      await send(file);
    }
    running.current -= 1;
  }

  const add = (files: File[]) => {
    waiting.current.push(...files);
    setTotal((old) => old + files.length);
    while (running.current < Math.min(AT_ONCE, waiting.current.length + running.current)) work();
  };
  return { add, sent, refused, total };
}
