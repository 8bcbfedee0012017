using Cppo.Model.Files;

namespace Cppo.Model.Engine;

/// <summary>A model's file is missing, unreadable or not what it says; the message names the file and the remedy.</summary>
public sealed class ModelFileException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ModelFileException(string message)
        : base(Excerpt.OfMessage(message)) { }

    /// <summary>Creates the exception with its cause.</summary>
    public ModelFileException(string message, Exception inner)
        : base(Excerpt.OfMessage(message), inner) { }
}
