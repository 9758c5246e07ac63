import { createContext, type ReactNode, useContext, useEffect } from "react";

const Place = createContext<string | null>(null);

interface Props {
  /** Where the screens below are, such as a project's name. */
  name: string;
  children: ReactNode;
}

export function TitlePlace({ name, children }: Props) {
  return <Place value={name}>{children}</Place>;
}

/** Names the browser's tab after the screen, so that it can be found among others. */
export function useScreenTitle(title: string): void {
  const place = useContext(Place);
  useEffect(() => {
    document.title = [title, place, "Annotate"].filter(Boolean).join(" · ");
  }, [title, place]);
}
