/// A choice that knows nothing of the advantages (table 4 of the paper).
module internal Cppo.Stages.Prune.RandomChoice

open Cppo.Stages

let rule: PruneRule =
    { Name = "random"
      Doc = "a random choice by `run.seed` goes."
      Choice =
        KeepHighest(fun settings candidate ->
            Counted.uniform settings.Seed candidate.Group.Scored.Rollout.Question.Ordinal candidate.Completion 0)
      Threshold = NoThreshold }
