import type { Timeline } from "../api/types";
import { duration, plain } from "../text/numbers";
import { visible } from "../text/visible";
import { blocksOf, boundsOf, waitsOf } from "./lanes";

/** The least share of the width that a label of an update needs. */
const LABEL_SHARE = 0.04;

/** A lane for each stage, time from left to right: a block where the stage worked, bare ground where it waited. */
export function Lanes({ timeline }: { timeline: Timeline }) {
  const { updates, stages } = timeline;
  const bounds = boundsOf(updates);
  const whole = bounds[bounds.length - 1]?.[1] ?? 0;
  const waits = waitsOf(updates);
  const share = (seconds: number): string => (whole > 0 ? `${plain((seconds / whole) * 100, 2)} %` : "–");
  let labelled = -1;
  return (
    <figure class="timeline">
      <figcaption class="facts">
        <span>
          <b>{duration(waits.seconds)}</b> in all
        </span>
        <span>
          rollouts and updates side by side <b>{duration(waits.overlap)}</b> ({share(waits.overlap)})
        </span>
        <span>
          rollouts waited for the update <b>{duration(waits.rolloutsWaited)}</b> ({share(waits.rolloutsWaited)})
        </span>
        <span>
          the update waited for rollouts <b>{duration(waits.updateWaited)}</b> ({share(waits.updateWaited)})
        </span>
      </figcaption>
      {whole > 0 && (
        <div class="lanes">
          {stages.map((stage, index) => (
            <div key={stage} class="lane">
              <span class="lane-name">{visible(stage)}</span>
              <svg
                viewBox={`0 0 ${whole} 1`}
                preserveAspectRatio="none"
                role="img"
                aria-label={labelOf(timeline, index)}
              >
                {blocksOf(updates, index).map((block, place) => (
                  <g key={block.step}>
                    <rect
                      x={bounds[place]?.[0] ?? 0}
                      y="0"
                      width={Math.max(0, updates[place]?.seconds ?? 0)}
                      height="1"
                      class="lane-ground"
                    />
                    <path d={block.path} class={stage === "update" ? "lane-update" : "lane-work"} />
                    <title>
                      {`Update ${block.step + 1}, ${visible(stage)}: worked ${duration(block.busy)}, waited ${duration(block.waited)}`}
                    </title>
                  </g>
                ))}
                {bounds.map(([, end], place) => (
                  <line key={place} x1={end} x2={end} y1="0" y2="1" class="lane-end" />
                ))}
              </svg>
            </div>
          ))}
          <div class="lane lane-labels" aria-hidden="true">
            <span class="lane-name">number</span>
            <div>
              {bounds.map(([begin, end], place) => {
                const middle = (begin + end) / 2 / whole;
                if (middle - labelled < LABEL_SHARE && labelled >= 0) {
                  return null;
                }

                labelled = middle;
                return (
                  <span key={place} style={{ left: `${middle * 100}%` }}>
                    {(updates[place]?.step ?? 0) + 1}
                  </span>
                );
              })}
            </div>
          </div>
        </div>
      )}
    </figure>
  );
}

/** What a lane shows, in words. */
function labelOf({ stages, updates }: Timeline, stage: number): string {
  const worked = sum(updates.map(update => update.busy[stage] ?? 0));
  const waited = sum(updates.map(update => update.waited[stage] ?? 0));
  return `${visible(stages[stage] ?? "")}: worked ${duration(worked)}, waited ${duration(waited)}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
