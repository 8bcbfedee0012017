namespace Cppo.Stages.Evaluation

open Cppo.Stages
open Cppo.Stages.Batch

/// What one completion adds to an update's gradient, measured alone: its loss is the mean over its tokens of -surrogate + beta KL
/// (CPPO, arXiv 2503.22342, eq. 4), and norms are global L2 norms of the gradient by all parameters.
type Contribution =
    {
        /// From 0.
        Update: int
        /// Optimizer steps that the policy is ahead of the one that generated; 0: all ratios are 1, but for rounding.
        Pass: int
        /// The question's id.
        QuestionId: string
        /// The group within all that are measured.
        Group: int
        /// Its index in the group.
        Completion: int
        /// Its length, a stop token included.
        NumTokens: int
        /// By format and answer.
        Kind: CompletionKind
        /// Its total reward.
        Reward: float
        /// Its advantage in the group.
        Advantage: float
        /// Whether pruning keeps it.
        IsKept: bool
        /// Of the whole loss.
        Norm: float
        /// Of the loss without the KL term.
        SurrogateNorm: float
        /// Of beta KL alone.
        KlNorm: float
        /// The surrogate's part of the loss.
        PolicyLoss: float
        /// beta KL's part of the loss.
        KlLoss: float
        /// Share of its tokens whose surrogate is the clipped one, 0 .. 1.
        ClipRatio: float
    }

/// Means over the completions of one kind.
type KindMeans =
    {
        /// The kind that all of them are of.
        Kind: CompletionKind
        /// How many there are.
        NumCompletions: int
        /// Mean of |A|.
        AbsoluteAdvantage: float
        /// Mean of `Contribution.Norm`.
        Norm: float
        /// Mean of `Contribution.SurrogateNorm`.
        SurrogateNorm: float
    }

/// Which share of the summed norms k completions of each question hold.
type TopShare =
    {
        /// Completions of each question.
        K: int
        /// Of those with the largest |A|, ties to the lowest index: what `lowestAbsolute` keeps.
        ByAdvantage: float
        /// The same without the KL term.
        ByAdvantageWithoutKl: float
        /// Of those with the largest norms: the most that k can hold.
        ByNorm: float
        /// k / G: what a random choice holds.
        Even: float
    }

/// What the contributions of one pass come to. Correlations are those of |A|; NaN where a column has no spread.
type ContributionSummary =
    {
        /// See `Contribution.Pass`.
        Pass: int
        /// The completions of the pass.
        NumCompletions: int
        /// Pearson's correlation of |A| with the norm.
        Pearson: float
        /// Spearman's correlation of |A| with the norm.
        Spearman: float
        /// The same with the norm of the surrogate alone.
        PearsonWithoutKl: float
        /// The same with the norm of the surrogate alone.
        SpearmanWithoutKl: float
        /// Mean norm by quarters of ascending |A|, see `Correlation.quarterMeans`.
        QuarterNorms: float[]
        /// The same with the norm of the surrogate alone.
        QuarterNormsWithoutKl: float[]
        /// A row for each kind that occurs.
        Kinds: KindMeans[]
        /// A row for each k.
        TopShares: TopShare[]
        /// Sum of KL norms over the sum of KL and surrogate norms, 0 .. 1.
        KlGradientShare: float
        /// Sum of |KL losses| over the sum of |KL losses| and |policy losses|, 0 .. 1.
        KlLossShare: float
        /// Share of all tokens, 0 .. 1.
        ClipRatio: float
    }

/// Sums up contributions.
module Contributions =

    let private share (part: float) (whole: float) =
        if whole = 0.0 then 0.0 else part / whole

    /// The sum over groups of what the k first completions by a key have, over the sum of all; ties keep the lowest index.
    let private topShare k (key: Contribution -> float) (value: Contribution -> float) (groups: Contribution[][]) =
        let first =
            groups
            |> Array.sumBy (fun group ->
                group
                |> List.ofArray
                |> List.sortBy (fun completion -> -(key completion))
                |> List.truncate k
                |> List.sumBy value)

        share first (groups |> Array.sumBy (Array.sumBy value))

    /// Rounded as pruning does it, so that the same completions tie.
    let private absolute (completion: Contribution) =
        abs (Prune.Prune.rounded completion.Advantage)

    let private kindMeans (completions: Contribution[]) (kind: CompletionKind) : KindMeans =
        let ofKind = completions |> Array.filter (fun completion -> completion.Kind = kind)

        let mean (value: Contribution -> float) =
            if ofKind.Length = 0 then
                0.0
            else
                Array.averageBy value ofKind

        { Kind = kind
          NumCompletions = ofKind.Length
          AbsoluteAdvantage = mean absolute
          Norm = mean _.Norm
          SurrogateNorm = mean _.SurrogateNorm }

    /// Summaries of each pass, ascending; the ks are those below the group's size.
    let summarize (ks: int[]) (completions: Contribution[]) : ContributionSummary[] =
        let ofPass (pass: int, completions: Contribution[]) =
            let column (value: Contribution -> float) = completions |> Array.map value
            let total (value: Contribution -> float) = completions |> Array.sumBy value

            let groups =
                completions
                |> Array.groupBy (fun completion -> struct (completion.Update, completion.Group))
                |> Array.map (snd >> Array.sortBy _.Completion)

            let size = groups |> Array.map _.Length |> Array.max
            let advantages = column absolute
            let norms, withoutKl = column _.Norm, column _.SurrogateNorm

            let klNorms, klLosses =
                total _.KlNorm, total (fun completion -> abs completion.KlLoss)

            { Pass = pass
              NumCompletions = completions.Length
              Pearson = Correlation.pearson advantages norms
              Spearman = Correlation.spearman advantages norms
              PearsonWithoutKl = Correlation.pearson advantages withoutKl
              SpearmanWithoutKl = Correlation.spearman advantages withoutKl
              QuarterNorms = Correlation.quarterMeans advantages norms
              QuarterNormsWithoutKl = Correlation.quarterMeans advantages withoutKl
              Kinds = CompletionKinds.all |> Array.map (kindMeans completions)
              TopShares =
                ks
                |> Array.filter (fun k -> k < size)
                |> Array.map (fun k ->
                    { K = k
                      ByAdvantage = topShare k absolute _.Norm groups
                      ByAdvantageWithoutKl = topShare k absolute _.SurrogateNorm groups
                      ByNorm = topShare k _.Norm _.Norm groups
                      Even = float k / float size })
              KlGradientShare = share klNorms (klNorms + Array.sum withoutKl)
              KlLossShare = share klLosses (klLosses + total (fun completion -> abs completion.PolicyLoss))
              ClipRatio =
                share
                    (total (fun completion -> completion.ClipRatio * float completion.NumTokens))
                    (total (fun completion -> float completion.NumTokens)) }

        completions |> Array.groupBy _.Pass |> Array.sortBy fst |> Array.map ofPass
