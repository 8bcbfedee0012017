/// Every token counts the same (the authors' code).
module internal Cppo.Stages.Objective.TokenMean

let aggregation: Aggregation =
    { Name = "tokenMean"
      Doc = "mean over all kept tokens of the update (the authors' code)."
      TokenWeight = fun completion -> 1.0 / float completion.NumLossTokens }
