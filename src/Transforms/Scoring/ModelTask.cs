namespace MLSeqGraph.Transforms;

/// <summary>What a model predicts for a row.</summary>
public enum ModelTask
{
    /// <summary>One of several classes.</summary>
    Classification,

    /// <summary>True or false; for a pair of nodes, whether there is an edge.</summary>
    Binary,

    /// <summary>One of several classes for each step.</summary>
    Tagging,

    /// <summary>Real numbers.</summary>
    Regression,

    /// <summary>The probability of each next token.</summary>
    LanguageModel,

    /// <summary>A sequence of tokens for a sequence of tokens.</summary>
    Translation,

    /// <summary>A vector of a known node.</summary>
    Embedding,
}

/// <summary>What tasks have in common.</summary>
internal static class ModelTasks
{
    internal static bool HasClasses(this ModelTask task) => task is ModelTask.Classification or ModelTask.Tagging;
}
