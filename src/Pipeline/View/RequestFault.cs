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

    /// <summary>A file was replaced or removed while it was read; the next request meets what is there now.</summary>
    public static RequestFault Moved => new(409, "The file was replaced or removed while it was read; ask again.");
}
