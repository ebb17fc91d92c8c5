using MLSeqGraph.Cluster.Tests;

/// <summary>What this assembly does where it is started as a program; .NET looks for it by this name, outside all namespaces.</summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(WorkerProcess.Variable) is { Length: > 0 } database)
            WorkerProcess.Work(database);
    }
}
