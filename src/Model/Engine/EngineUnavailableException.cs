namespace Cppo.Model.Engine;

/// <summary>The engine or device that the configuration names cannot run here; the message says why and what to do.</summary>
public sealed class EngineUnavailableException : Exception
{
    /// <summary>Creates the exception.</summary>
    public EngineUnavailableException(string message)
        : base(message) { }

    /// <summary>Creates the exception with its cause.</summary>
    public EngineUnavailableException(string message, Exception inner)
        : base(message, inner) { }
}
