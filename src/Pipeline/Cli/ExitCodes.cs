namespace Cppo.Pipeline.Cli;

/// <summary>What the process returns.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>Something broke on the way, or what was compared is not equal.</summary>
    public const int Failed = 1;

    /// <summary>The command line, the configuration, a dataset or a model is not usable; nothing was changed.</summary>
    public const int BadInput = 2;

    /// <summary>Stopped by Ctrl-C or a termination signal.</summary>
    public const int Interrupted = 130;
}
