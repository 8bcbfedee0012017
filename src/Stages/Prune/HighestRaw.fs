/// The best completions go (table 4 of the paper).
module internal Cppo.Stages.Prune.HighestRaw

let rule: PruneRule =
    { Name = "highestRaw"
      Doc = "those with the largest signed advantage go."
      Choice = KeepHighest(fun _ candidate -> -candidate.Advantage)
      Threshold = NoThreshold }
