import type { Why, WhyDecision } from "../../../api/types";

type Ballot = WhyDecision["ballots"][number];

/** What a vote said to one question, what it tells, and where the votes stood after it. */
export interface Told {
  question: string;
  /** 0..1 of what somebody would tell who is never wrong; null where that is not measured. Where
   * labels are no classes, how often the worker is right. */
  weight: number | null;
  /** The answer that led when the decision was made; null where labels are no classes. */
  leading: string | null;
  /** How likely that answer, or else the consensus, looked after this vote. */
  confidence: number;
}

export interface VoteStep {
  kind: "vote";
  key: string;
  ballot: Ballot;
  told: Told[];
}

export interface DecisionStep {
  kind: "decision";
  key: string;
  decision: WhyDecision;
  earlier: WhyDecision | null;
}

interface VerdictStep {
  kind: "verdict";
  key: string;
  verdict: Why["verdicts"][number];
}

interface AcceptedStep {
  kind: "accepted";
  key: string;
  accepted: Why["accepted"][number];
}

interface SpreadStep {
  kind: "spread";
  key: string;
  spread: Why["spread"][number];
}

export type Step = VoteStep | DecisionStep | VerdictStep | AcceptedStep | SpreadStep;

function consensusOf({ facts }: WhyDecision): readonly unknown[] {
  if (typeof facts !== "object" || facts === null || !("consensus" in facts)) return [];
  return Array.isArray(facts.consensus) ? facts.consensus : [];
}

/** The likeliest class; of several that are as likely, the one the server went on with. */
function leadingOf(posterior: Record<string, number>, consensus: readonly unknown[]): string {
  const most = Math.max(...Object.values(posterior));
  const tied = Object.keys(posterior).filter((name) => posterior[name] === most);
  return tied.find((name) => consensus.includes(name)) ?? tied[0] ?? "";
}

function toldBy(decision: WhyDecision, ballot: Ballot): Told[] {
  return Object.entries(decision.questions).flatMap(([question, { posterior, steps }]): Told[] => {
    const step = steps?.find(({ vote }) => vote === ballot.number);
    if (!step) return [];
    const { confidence } = step;
    if (!posterior || step.information === undefined) {
      return [{ question, weight: step.weight ?? null, leading: null, confidence }];
    }
    // A vote of somebody who is never wrong tells the logarithm of the number of classes.
    const full = Math.log(Object.keys(posterior).length);
    const weight = full > 0 ? Math.min(1, Math.max(0, step.information / full)) : null;
    return [
      {
        question,
        weight,
        leading: leadingOf(posterior, consensusOf(decision)),
        confidence,
      },
    ];
  });
}

function votesBefore(decision: WhyDecision, told: Set<string>): VoteStep[] {
  const found: VoteStep[] = [];
  for (const ballot of decision.ballots) {
    const key = `${ballot.worker} ${ballot.at}`;
    if (told.has(key)) continue;
    told.add(key);
    found.push({ kind: "vote", key, ballot, told: toldBy(decision, ballot) });
  }
  return found;
}

/**
 * The story in the order it happened: the votes a decision was made of, then the decision; each
 * vote once, with the numbers of the first decision that saw it. Verdicts come last.
 */
export function storyOf({
  decisions,
  verdicts,
  accepted,
  spread,
}: Pick<Why, "decisions" | "verdicts" | "accepted" | "spread">): Step[] {
  const told = new Set<string>();
  const steps = decisions.flatMap((decision, index): Step[] => [
    ...votesBefore(decision, told),
    {
      kind: "decision",
      key: `${decision.kind} ${decision.at}`,
      decision,
      earlier: decisions[index - 1] ?? null,
    },
  ]);
  const ruled = verdicts.map(
    (verdict): Step => ({ kind: "verdict", key: `verdict ${verdict.at}`, verdict }),
  );
  // A model's answer is accepted of items that nobody has judged: whatever people did came after.
  const trusted = accepted.map(
    (each): Step => ({ kind: "accepted", key: `accepted ${each.at}`, accepted: each }),
  );
  // So is a copied label.
  const copied = spread.map(
    (each): Step => ({ kind: "spread", key: `spread ${each.at}`, spread: each }),
  );
  return [...trusted, ...copied, ...steps, ...ruled];
}

/** How sure the votes were of the least sure question that had to be sure. */
export function surenessOf({ questions }: WhyDecision): number {
  const all = Object.values(questions);
  const gating = all.filter(({ gates }) => gates);
  const compared = gating.length > 0 ? gating : all;
  return Math.min(...compared.map(({ confidence }) => confidence), 1);
}
