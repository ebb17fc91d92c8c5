namespace MLSeqGraph.Transforms;

/// <summary>What a model predicts for a row.</summary>
public enum ModelTask
{
    /// <summary>One of several classes.</summary>
    Classification,

    /// <summary>True or false; for a pair of nodes, whether there is an edge.</summary>
    Binary,

    /// <summary>One of several classes for each step of a sequence, or each node of a graph.</summary>
    Tagging,

    /// <summary>Real numbers.</summary>
    Regression,

    /// <summary>The probability of each next token.</summary>
    LanguageModel,

    /// <summary>A sequence of tokens for a sequence of tokens.</summary>
    Translation,

    /// <summary>A vector of a known node.</summary>
    Embedding,

    /// <summary>The labels of a sequence, in their order, whose places in it aren't known.</summary>
    Alignment,

    /// <summary>Real numbers for each step of a sequence, or each node of a graph.</summary>
    StepRegression,

    /// <summary>The first and the last step of a part of a sequence, such as the answer to a question within a text.</summary>
    Span,
}

/// <summary>What tasks have in common.</summary>
internal static class ModelTasks
{
    internal static bool HasClasses(this ModelTask task) => task is ModelTask.Classification or ModelTask.Tagging or ModelTask.Alignment;

    /// <summary>Whether there are scores for each step of a sequence, or each node of a graph.</summary>
    internal static bool IsPerStep(this ModelTask task) => task is ModelTask.Tagging or ModelTask.Alignment or ModelTask.StepRegression;

    /// <summary>Whether it is learned from the steps of a sequence, and not from a summary of them.</summary>
    internal static bool ReadsSteps(this ModelTask task) => task.IsPerStep() || task == ModelTask.Span;

    /// <summary>Whether a row has a <c>Probability</c>.</summary>
    internal static bool HasProbability(this ModelTask task) => task is ModelTask.Binary or ModelTask.Span;

    /// <summary>Values of <c>PredictedLabel</c> for a row, or for a step of it.</summary>
    internal static int LabelWidth(this ModelTask task) => task == ModelTask.Span ? 2 : 1;

    /// <summary>Scores of a row or step beside those of the classes: the blank's.</summary>
    internal static int ScoresBeside(this ModelTask task) => task == ModelTask.Alignment ? 1 : 0;
}
