"""Ask a language model about messages: several at once, within the caps, nothing twice.

A reply is stored as soon as it is there, so a worker that is killed loses at most what was under
way. The threads of the pool speak HTTP and nothing else; the database is this thread's.
"""

import json
import time
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import NamedTuple, Self

from django.db.models import F

from annotate.llm_refusals import EndpointRests
from annotate.models import Hearing, Job, LlmReply, LlmRun
from annotate.queries.llm import spent_by
from annotate.services.jobs import Cancelled
from labeling.schema import LabelSchema
from models_assist.prompting.asking import Prompt, hash_of, most_reply_tokens
from models_assist.prompting.hearing import likelihoods
from models_assist.prompting.purse import Caps, Prices, Purse, most_tokens
from models_assist.remote.chat import Question, Reply, complete
from models_assist.remote.endpoints import Endpoint
from models_assist.remote.errors import (
    EndpointBusy,
    EndpointError,
    EndpointRefused,
    RequestDeclined,
)

MOST_TRIES = 3
"""Of one message."""
MOST_FAILURES = 3
"""In a row, beyond those calls that were under way together."""
PAUSE_SECONDS = 2.0
GLANCE_SECONDS = 1.0
WARM = 1.0
"""The temperature of samples: that of the model's own distribution."""


class _Call(NamedTuple):
    message: str
    sample: int
    tries: int
    held: tuple[int, int]


class Asker:
    """Asks for one run. Use it as `with`: calls under way are waited for, since they are paid."""

    def __init__(
        self, run: LlmRun, job: Job, endpoint: Endpoint, prompt: Prompt, schema: LabelSchema
    ) -> None:
        self._run, self._job, self._endpoint = run, job, endpoint
        self._prompt, self._schema = prompt, schema
        self._pool = ThreadPoolExecutor(run.concurrency, thread_name_prefix="llm")
        self._calls: dict[Future[Reply], _Call] = {}
        self._failures = 0
        spent = spent_by([run])[run.pk]
        self._purse = Purse(
            prices=Prices(read=run.price_in, written=run.price_out),
            caps=Caps(tokens=run.most_tokens, money=run.most_money),
            tokens_in=spent["tokens_in"],
            tokens_out=spent["tokens_out"],
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        for future, call in self._calls.items():
            if future.cancelled():
                continue
            failure = future.exception()
            if failure is None:
                self._keep(call, future.result())
            else:
                self._lose(call, failure)
        self._calls.clear()

    def fetch(self, messages: Sequence[str]) -> str:
        """Have the replies to all messages stored; answers "", or the cap that stopped it.

        A message that the endpoint declines, or fails on again and again, stays without.

        Raises:
            EndpointRests: the endpoint fails, or may not be asked.
            Cancelled: a lead asked the job to stop.
        """
        distinct = list(dict.fromkeys(messages))
        if self._run.hearing == Hearing.UNKNOWN:
            for message in distinct:  # until one reply tells how this model is to be heard
                stopped = self._ask([(message, 0)])
                if stopped or self._run.hearing != Hearing.UNKNOWN:
                    break
        known = self.replies(distinct)
        missing = [
            (message, sample)
            for message in distinct
            for sample in self._plan()
            if sample not in {reply.sample for reply in known.get(message, ())}
        ]
        return self._ask(missing)

    def replies(self, messages: Sequence[str]) -> Mapping[str, list[LlmReply]]:
        """What is stored, by message, as far as the way of hearing has a use for it."""
        hashes = {hash_of(message): message for message in messages}
        rows = LlmReply.objects.filter(
            project=self._run.project_id,
            model=self._model,
            prompt_version=self._prompt.version,
            item_hash__in=hashes,
            sample__in=self._plan(),
        )
        found = defaultdict(list)
        for row in rows.order_by("sample"):
            found[hashes[row.item_hash]].append(row)
        return found

    @property
    def _model(self) -> str:
        return f"{self._run.endpoint}/{self._run.model}"

    def _plan(self) -> range:
        is_sampled = self._run.hearing == Hearing.SAMPLES
        return range(1, self._run.samples + 1) if is_sampled else range(1)

    def _ask(self, wanted: Sequence[tuple[str, int]]) -> str:
        waiting = deque(
            _Call(message, sample, 0, self._most_of(message)) for message, sample in wanted
        )
        stopped = ""
        glanced = 0.0
        while (waiting and not stopped) or self._calls:
            if not stopped:
                stopped = self._launch(waiting)
            done, _ = wait(self._calls, timeout=GLANCE_SECONDS, return_when=FIRST_COMPLETED)
            for future in done:
                again = self._take(self._calls.pop(future), future)
                if again is not None:
                    waiting.appendleft(again)
            if time.monotonic() - glanced > GLANCE_SECONDS:
                self._glance()
                glanced = time.monotonic()
        return stopped

    def _launch(self, waiting: "deque[_Call]") -> str:
        """Begin as many calls as may be under way; the cap that forbids even one alone."""
        while waiting and len(self._calls) < self._run.concurrency:
            cap = self._purse.exceeded_by(*waiting[0].held)
            if cap is not None:
                return "" if self._calls else cap
            call = waiting.popleft()
            self._purse.hold(*call.held)
            question = self._question(call)
            future = self._pool.submit(complete, self._endpoint, self._run.model, question)
            self._calls[future] = call
        return ""

    def _question(self, call: _Call) -> Question:
        return Question(
            system=self._prompt.system,
            user=call.message,
            schema=self._prompt.schema,
            most_tokens=call.held[1],
            temperature=WARM if call.sample else 0.0,
        )

    def _most_of(self, message: str) -> tuple[int, int]:
        tokens_out = most_reply_tokens(self._schema, len(message.encode()))
        # Some engines put the schema into the prompt, and count it.
        form = json.dumps(self._prompt.schema)
        return most_tokens(self._prompt.system, form, message), tokens_out

    def _take(self, call: _Call, future: "Future[Reply]") -> _Call | None:
        """Store what came; the call again, if it is to be tried again."""
        try:
            reply = future.result()
        except EndpointError as error:
            return self._fail(call, error)
        self._failures = 0
        self._keep(call, reply)
        return None

    def _keep(self, call: _Call, reply: Reply) -> None:
        used = (
            call.held[0] if reply.tokens_in is None else reply.tokens_in,
            call.held[1] if reply.tokens_out is None else reply.tokens_out,
        )
        LlmReply.objects.bulk_create(
            [
                LlmReply(
                    project_id=self._run.project_id,
                    run=self._run,
                    model=self._model,
                    prompt_version=self._prompt.version,
                    item_hash=hash_of(call.message),
                    sample=call.sample,
                    content=reply.content,
                    likelihoods=likelihoods(reply.content, reply.tokens),
                    tokens_in=used[0],
                    tokens_out=used[1],
                )
            ],
            ignore_conflicts=True,
        )
        self._purse.settle(call.held, used)
        if self._run.hearing == Hearing.UNKNOWN:
            is_told = bool(reply.tokens)
            self._run.hearing = Hearing.LIKELIHOODS if is_told else Hearing.SAMPLES
            self._run.save(update_fields=["hearing"])

    def _fail(self, call: _Call, error: EndpointError) -> _Call | None:
        self._lose(call, error)
        self._failures += 1
        in_a_row = self._failures >= MOST_FAILURES + self._run.concurrency - 1
        if in_a_row or isinstance(error, EndpointRefused):
            raise EndpointRests(reason=str(error), endpoint=self._endpoint.name) from error
        if isinstance(error, RequestDeclined) or call.tries + 1 == MOST_TRIES:
            return None
        time.sleep(error.retry_after if isinstance(error, EndpointBusy) else PAUSE_SECONDS)
        return call._replace(tries=call.tries + 1)

    def _lose(self, call: _Call, error: BaseException) -> None:
        """It may have been done and charged; nobody tells. Better too little is spent."""
        is_free = isinstance(error, EndpointBusy | EndpointRefused | RequestDeclined)
        lost = (0, 0) if is_free else call.held
        self._purse.settle(call.held, lost)
        if not is_free:
            LlmRun.objects.filter(pk=self._run.pk).update(
                lost_in=F("lost_in") + lost[0], lost_out=F("lost_out") + lost[1]
            )

    def _glance(self) -> None:
        wanted = Job.objects.values_list("is_cancel_requested", flat=True)
        if wanted.get(pk=self._job.pk):
            raise Cancelled
