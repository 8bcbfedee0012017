/// Every completion counts the same, however long (the paper).
module internal Cppo.Stages.Objective.SequenceMean

open Cppo.Stages.Prune

/// Mean over a completion's tokens, then over a question's kept completions, then over questions; in scope `Batch`, where a question may
/// keep any number, over all kept completions. Example, question: 2 questions, 2 kept, 8 tokens -> 1 / (2 * 2 * 8).
let aggregation: Aggregation =
    { Name = "sequenceMean"
      Doc = "mean over tokens, then completions, then questions (the paper)."
      TokenWeight =
        fun completion ->
            match completion.Scope with
            | PruneScope.Batch -> 1.0 / (float completion.NumSamples * float completion.NumTokens)
            | PruneScope.Question ->
                1.0
                / (float completion.NumQuestions
                   * float completion.NumKept
                   * float completion.NumTokens) }
