using Cppo.Model.Engine;
using Cppo.Model.Tokenizer;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Models;

namespace Cppo.Pipeline.Browse;

/// <summary>The tokenizer of a run's model, where its files are still there; read when it is asked for.</summary>
/// <param name="run">The run.</param>
internal sealed class RunTokenizer(BrowsedRun run)
{
    private readonly Lock gate = new();
    private ByteLevelTokenizer? tokenizer;
    private RunKeys? keys;

    /// <summary>The pieces of completions, or a sentence why there are none.</summary>
    /// <param name="idsOfCompletions">Shape [completion][T].</param>
    public (string[][]? Pieces, string? Missing) Pieces(IReadOnlyList<int[]> idsOfCompletions)
    {
        string? missing = null;
        lock (gate)
        {
            // A run that was made anew under the same name may have another one.
            if (keys != run.Keys)
            {
                (tokenizer, keys) = (null, run.Keys);
            }

            tokenizer ??= Load(out missing);
        }

        try
        {
            return tokenizer is null ? (null, missing) : ([.. idsOfCompletions.Select(ids => TokenPieces.Of(tokenizer, ids))], null);
        }
        catch (ArgumentOutOfRangeException)
        {
            return (null, "The tokenizer that is there now has not all of these tokens, so it is not the one that the run used.");
        }
    }

    private ByteLevelTokenizer? Load(out string? missing)
    {
        missing = null;
        string[] directories = [.. Directories()];
        foreach (string directory in directories.Where(RunModels.HasTokenizer))
        {
            try
            {
                return ByteLevelTokenizer.Load(directory);
            }
            catch (Exception fault) when (fault is ModelFileException or IOException or UnauthorizedAccessException)
            {
                missing = fault.Message;
            }
        }

        missing ??= $"The run's tokenizer is not there any more; looked for in {string.Join(", ", directories)}.";
        return null;
    }

    /// <summary>The trained model's, else where the configuration says, from here or from where the run's directory lies.</summary>
    private IEnumerable<string> Directories()
    {
        yield return RunDirectory.ModelOf(run.Directory);
        string above = Path.GetFullPath(Path.Combine(run.Directory, "..", ".."));
        foreach (string key in new[] { "model.tokenizerPath", "model.path" })
        {
            if (run.Keys.Text(key) is { Length: > 0 } stated && !stated.Contains('\0', StringComparison.Ordinal))
            {
                yield return stated;
                yield return Path.Combine(above, stated);
            }
        }
    }
}
