import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { upload } from "../../api/client";
import { isUnderWay, jobQuery, projectKey } from "../../api/queries";
import type { FileFormat, Job } from "../../api/types";

export interface ImportRequest {
  file: File;
  format: FileFormat;
  source: string;
  licence: string;
}

/** Sends a file and follows its job until it ends. */
export function useImport(projectId: number) {
  const queryClient = useQueryClient();
  const [share, setShare] = useState(0);
  const start = useMutation({
    mutationFn: ({ file, format, source, licence }: ImportRequest) => {
      const form = new FormData();
      form.set("file", file);
      form.set("format", format);
      if (source) form.set("source_name", source);
      if (licence) form.set("licence", licence);
      setShare(0);
      return upload<Job>(`projects/${projectId}/imports/`, form, { onProgress: setShare });
    },
  });
  const job = useQuery({
    ...jobQuery(projectId, start.data?.id ?? 0),
    enabled: start.data !== undefined,
    placeholderData: start.data,
  });
  const hasEnded = job.data !== undefined && !isUnderWay(job.data);
  useEffect(() => {
    // Items, board and history all look different after an import.
    if (hasEnded) queryClient.invalidateQueries({ queryKey: projectKey(projectId) });
  }, [hasEnded, projectId, queryClient]);
  return { start, job: job.data, share };
}
