using System.Globalization;

namespace Examples;

/// <summary>Runs a program of one command line.</summary>
internal static class CommandLine
{
    /// <summary>Runs it. What is wrong with the command line or with the data is said without a stack trace.</summary>
    /// <param name="usage">What the options are.</param>
    /// <param name="run">The program.</param>
    /// <returns>The exit code: 0, or 2 for what was wrong.</returns>
    internal static int Run(string usage, Action run)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            run();
            return 0;
        }
        catch (Exception error) when (error is UsageException or InvalidDataException)
        {
            Console.Error.WriteLine(error.Message);
            if (error is UsageException)
                Console.Error.WriteLine($"\n{usage}");
            return 2;
        }
    }
}
