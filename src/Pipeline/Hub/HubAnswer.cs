using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Hub;

/// <summary>A server's last answer after redirects, and what the hub said of the file on the way.</summary>
/// <param name="Response">The answer; its body is not read yet.</param>
/// <param name="Commit">The commit that the hub answered of; null: it did not say.</param>
/// <param name="Hash">The hash of the file; null: it did not say.</param>
/// <param name="Size">Its bytes; null: it did not say.</param>
internal sealed record HubAnswer(HttpResponseMessage Response, string? Commit, string? Hash, long? Size) : IDisposable
{
    /// <summary>Refuses an answer that is of another file than the listing's, as after a push to the branch in between.</summary>
    /// <exception cref="HubException">It is.</exception>
    public void Require(HubName name, string commit, HubFile file)
    {
        string? other =
            Commit is not null && Commit != commit ? $"commit {TerminalText.Line(Commit)} instead of {commit}"
            : Hash is not null && Hash != file.Hash ? $"a file known by {TerminalText.Line(Hash)} instead of {file.Hash}"
            : Size is { } size && size != file.Size ? $"{size} bytes instead of {file.Size}"
            : Response.Content.Headers.ContentEncoding.Count > 0 ? "compressed bytes, which were not asked for"
            : null;
        if (other is not null)
        {
            throw new HubException(
                $"{file.Path} of {name}: the hub answers with {other}. It changed, or a server in between gives what is not the file; try "
                    + "again."
            );
        }
    }

    public void Dispose() => Response.Dispose();
}
