namespace Cppo.Pipeline.Cli;

/// <summary>The terminal that the program runs in.</summary>
internal static class Terminal
{
    /// <summary>Columns of the terminal that errors and notices go to; 0 where they go elsewhere or it cannot redraw.</summary>
    public static int ErrorWidth
    {
        get
        {
            if (Console.IsErrorRedirected || Environment.GetEnvironmentVariable("TERM") is null or "dumb" or "")
            {
                return 0;
            }

            try
            {
                return Console.WindowWidth;
            }
            catch (IOException)
            {
                return 0;
            }
        }
    }
}
