/// The worst completions go, however far below the mean (table 4 of the paper).
module internal Cppo.Stages.Prune.LowestRaw

let rule: PruneRule =
    { Name = "lowestRaw"
      Doc = "those with the smallest signed advantage go."
      Choice = KeepHighest(fun _ candidate -> candidate.Advantage)
      Threshold = NoThreshold }
