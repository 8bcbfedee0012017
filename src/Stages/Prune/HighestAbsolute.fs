/// The opposite of CPPO, for comparison (table 4 of the paper).
module internal Cppo.Stages.Prune.HighestAbsolute

let rule: PruneRule =
    { Name = "highestAbsolute"
      Doc = "those with the largest |advantage| go."
      Choice = KeepHighest(fun _ candidate -> -(abs candidate.Advantage))
      Threshold = NoThreshold }
