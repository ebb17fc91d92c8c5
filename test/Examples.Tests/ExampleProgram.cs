using System.Reflection;

namespace Examples.Tests;

/// <summary>An example, run whole in this process as its users run it.</summary>
internal static class ExampleProgram
{
    /// <summary>Runs a program.</summary>
    /// <param name="name">Its assembly.</param>
    /// <param name="args">The command line.</param>
    /// <returns>The exit code and what was written to standard output and standard error.</returns>
    internal static (int Code, string Output, string Error) Run(string name, params string[] args)
    {
        var (standardOutput, standardError) = (Console.Out, Console.Error);
        using StringWriter output = new(), error = new();
        try
        {
            Console.SetOut(output);
            Console.SetError(error);
            var code = (int)Assembly.Load(name).EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [args], null)!;
            return (code, output.ToString(), error.ToString());
        }
        finally
        {
            Console.SetOut(standardOutput);
            Console.SetError(standardError);
        }
    }
}
