namespace MLSeqGraph.Transforms;

/// <summary>What a sequence model predicts.</summary>
public enum SequenceTask
{
    /// <summary>One of several classes for each sequence.</summary>
    Classification,

    /// <summary>Yes or no for each sequence.</summary>
    Binary,

    /// <summary>One of several classes for each step.</summary>
    Tagging,

    /// <summary>Real numbers for each sequence.</summary>
    Regression,
}

/// <summary>The names of tasks in a model's metadata.</summary>
internal static class SequenceTasks
{
    private static readonly string[] Names = ["sequence-classification", "sequence-binary", "sequence-tagging", "sequence-regression"];

    public static string Name(this SequenceTask task) => Names[(int)task];

    public static bool TryParse(string name, out SequenceTask task)
    {
        int index = Array.IndexOf(Names, name);
        task = (SequenceTask)index;
        return index >= 0;
    }

    public static string AllNames => string.Join(", ", Names);

    public static bool HasClasses(this SequenceTask task) => task is SequenceTask.Classification or SequenceTask.Tagging;
}
