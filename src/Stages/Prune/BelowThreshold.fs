/// A bound instead of a number (eq. 7 of the paper).
module internal Cppo.Stages.Prune.BelowThreshold

open System.Globalization

/// (G-1)/sqrt(G): the advantage of a completion whose reward alone differs from those of the others.
let largestAdvantage (groupSize: int) : float =
    float (groupSize - 1) / sqrt (float groupSize)

let private fault (groupSize: int) (threshold: float) : string voption =
    let largest = largestAdvantage groupSize

    if threshold = 0.0 then
        ValueSome "is 0, which removes nothing, but prune.rule is belowThreshold; give a threshold above 0, or prune.rule none"
    elif threshold >= largest then
        let given = threshold.ToString CultureInfo.InvariantCulture
        let reached = largest.ToString("0.##", CultureInfo.InvariantCulture)

        ValueSome $"is {given}, but no |advantage| in a group of rollout.group = {groupSize} reaches {reached}; everything would be removed"
    else
        ValueNone

let rule: PruneRule =
    { Name = "belowThreshold"
      Doc = "those with |advantage| < `prune.threshold` go, however many."
      Choice = KeepWhere(fun settings candidate -> abs candidate.Advantage >= settings.Threshold)
      Threshold = Threshold fault }
