using MLSeqGraph.Experiments.Tests;

/// <summary>What this assembly does where it is started as a program; .NET looks for it by this name, outside all namespaces.</summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(KillTests.FolderVariable) is { Length: > 0 } database)
            KillTests.Work(database);
        if (Environment.GetEnvironmentVariable(ResumeTests.FolderVariable) is { Length: > 0 } networks)
            ResumeTests.Work(networks);
        if (Environment.GetEnvironmentVariable(FolderScoringTests.FolderVariable)?.Split('|') is [var folder, var claims])
            FolderScoringTests.Work(folder, claims);
    }
}
