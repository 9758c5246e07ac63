import ReactMarkdown, { type Components } from "react-markdown";
import classes from "./Markdown.module.css";

const SAFE_PROTOCOLS = ["http:", "https:", "mailto:"];

/** Only whole addresses that lead to a page or a letter; anything else is no link at all. */
function safeAddress(address: string): string | undefined {
  const protocol = URL.canParse(address) ? new URL(address).protocol : "";
  return SAFE_PROTOCOLS.includes(protocol) ? address : undefined;
}

// The text stands below a heading of the screen, so its own headings begin two levels down.
const COMPONENTS: Components = {
  h1: ({ children }) => <h3 data-level="1">{children}</h3>,
  h2: ({ children }) => <h4 data-level="2">{children}</h4>,
  h3: ({ children }) => <h5 data-level="3">{children}</h5>,
  h4: ({ children }) => <h6 data-level="3">{children}</h6>,
  h5: ({ children }) => <h6 data-level="3">{children}</h6>,
  h6: ({ children }) => <h6 data-level="3">{children}</h6>,
  a: ({ href, children }) =>
    href ? (
      <a href={href} target="_blank" rel="noopener noreferrer">
        {children}
      </a>
    ) : (
      <span>{children}</span>
    ),
  // A picture would tell its host who reads here: its description has to do.
  img: ({ alt }) => <span>{alt}</span>,
};

/** Loaded when the first guideline is read. HTML in the text is shown as it was typed. */
export function Rendered({ text }: { text: string }) {
  return (
    <div className={classes.text}>
      <ReactMarkdown components={COMPONENTS} urlTransform={safeAddress}>
        {text}
      </ReactMarkdown>
    </div>
  );
}
