namespace Cppo.Model.Collectives;

/// <summary>Processes that work together cannot go on: one is lost, too late, or was started wrongly.</summary>
/// <param name="message">A sentence that names the rank and what was waited for.</param>
public sealed class CollectiveException(string message) : Exception(message);
