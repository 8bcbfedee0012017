using Cppo.Model.Engine;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Library;

/// <summary>Tells what is wrong with what the program was given from what broke on the way.</summary>
internal static class UserMistake
{
    /// <summary>Whether the message of an exception is for the user, with the place and the remedy.</summary>
    public static bool Is(Exception error) =>
        error
            is ConfigException
                or UsageException
                or DataException
                or RunDirectoryException
                or FileFormatException
                or ModelFileException
                or EngineUnavailableException;
}
