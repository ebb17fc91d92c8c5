namespace MLSeqGraph.Transforms;

/// <summary>The kinds of labels a sequence can have.</summary>
public enum SequenceLabelKind
{
    /// <summary>One class per sequence.</summary>
    Class,

    /// <summary>One class per step.</summary>
    StepClasses,

    /// <summary>Real numbers, the same number of them for every sequence.</summary>
    Targets,

    /// <summary>Classes of a sequence, any number of them up to that of its steps, wherever they stand.</summary>
    Labels,

    /// <summary>Real numbers for each step, or each node of a graph, the same number of them for every one.</summary>
    StepTargets,

    /// <summary>The first and the last step of a part of a sequence, counted from 0.</summary>
    Span,
}
