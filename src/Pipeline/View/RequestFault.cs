namespace Cppo.Pipeline.View;

/// <summary>A request that is not answered.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="message">One sentence.</param>
internal sealed class RequestFault(int status, string message) : Exception(message)
{
    /// <summary>The HTTP status.</summary>
    public int Status => status;

    /// <summary>Nothing is there.</summary>
    public static RequestFault Unknown(string what) => new(404, $"There is no {what} here.");
}
