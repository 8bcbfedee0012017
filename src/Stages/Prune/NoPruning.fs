/// GRPO.
module internal Cppo.Stages.Prune.NoPruning

let rule: PruneRule =
    { Name = "none"
      Doc = "GRPO: all stay."
      Choice = KeepAll
      Threshold = NoThreshold }
