using MLSeqGraph.Trainers.Tests.Files;
using MLSeqGraph.Trainers.Tests.Training;

/// <summary>What this assembly does where it is started as a program; .NET looks for it by this name, outside all namespaces.</summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(KilledSaving.FolderVariable) is { } folder)
            KilledSaving.Save(folder);
        else
            KilledTraining.Train(Environment.GetEnvironmentVariable(KilledTraining.FolderVariable));
    }
}
