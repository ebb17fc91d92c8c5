using MLSeqGraph.Mpi.Tests;

/// <summary>What this assembly does where it is started as a program; .NET looks for it by this name, outside all namespaces.</summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(MpiProcess.CaseVariable) is not { Length: > 0 } name)
            return;
        // The entry point behind this is that of a test project.
        Environment.Exit(MpiProcess.Work(name));
    }
}
