namespace Cppo.Pipeline.Hub;

/// <summary>The hub did not answer as it should, in a sentence.</summary>
internal sealed class HubException(string message, bool mayPass = false, TimeSpan? retryAfter = null) : Exception(message)
{
    /// <summary>Whether the same request may succeed later.</summary>
    public bool MayPass => mayPass;

    /// <summary>How long the server asks to wait.</summary>
    public TimeSpan? RetryAfter => retryAfter;
}
