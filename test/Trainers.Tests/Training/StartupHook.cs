using MLSeqGraph.Trainers.Tests.Training;

/// <summary>What this assembly does where it is started as a program; .NET looks for it by this name, outside all namespaces.</summary>
internal static class StartupHook
{
    public static void Initialize() =>
        KilledTraining.Train(Environment.GetEnvironmentVariable(KilledTraining.FolderVariable));
}
