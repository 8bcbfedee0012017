using Cppo.Model.Files;

namespace Cppo.Pipeline.Data;

/// <summary>A dataset is missing, unreadable or incomplete; each line of the message names one fault's place and its remedy.</summary>
public sealed class DataException : Exception
{
    /// <summary>Creates the exception of one fault.</summary>
    public DataException(string message)
        : this(message, null) { }

    /// <summary>Creates the exception of one fault with its cause.</summary>
    public DataException(string message, Exception? inner)
        : base(Excerpt.OfMessage(message), inner) { }
}
