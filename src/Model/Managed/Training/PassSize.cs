// Letters: N rows, S places, R predicting rows.
using Cppo.Model.Managed.Kernels;

namespace Cppo.Model.Managed.Training;

/// <summary>What the memory of a pass over packed rows depends on.</summary>
/// <param name="Rows">N.</param>
/// <param name="Places">S.</param>
/// <param name="Predicting">R.</param>
/// <param name="MaxScores">The most scores that a row's attention needs.</param>
internal readonly record struct PassSize(nint Rows, nint Places, int Predicting, int MaxScores)
{
    /// <summary>Of a micro-batch.</summary>
    internal static PassSize Of(PackedRows packed) => new(packed.Rows.Count, packed.NumPlaces, packed.NumPredicting, packed.Rows.MaxScores);

    /// <summary>Of so many completions of so many questions, all as long, whose prompts begin with no common tokens.</summary>
    /// <param name="questions">At least 1.</param>
    /// <param name="completions">Of all questions together.</param>
    /// <param name="prompt">Tokens of a prompt, at least 1.</param>
    /// <param name="completion">Tokens of a completion, at least 1.</param>
    internal static PassSize Of(int questions, int completions, int prompt, int completion)
    {
        // Nobody asks what follows a completion's last token.
        int run = completion - 1;
        return new PassSize(
            ((nint)questions * prompt) + ((nint)completions * run),
            ((nint)questions * KeyValues.WholePanels(prompt)) + ((nint)completions * KeyValues.WholePanels(run)),
            questions + (completions * run),
            KeyValues.WholeBlocks(prompt) + KeyValues.WholeBlocks(run)
        );
    }
}
