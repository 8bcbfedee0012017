/// CPPO (arXiv 2503.22342): the completions that teach least go.
module internal Cppo.Stages.Prune.LowestAbsolute

let rule: PruneRule =
    { Name = "lowestAbsolute"
      Doc = "CPPO: those with the smallest |advantage| go."
      Choice = KeepHighest(fun _ candidate -> abs candidate.Advantage)
      Threshold = NoThreshold }
