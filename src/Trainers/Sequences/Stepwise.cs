using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A network that also goes on step by step, with states, as what acts or writes does: it is deployed in both forms, which are compared.
/// </summary>
internal interface IStepwise
{
    /// <summary>Whether a step is told of an input what the step before was.</summary>
    bool IsBefore(string input);

    /// <summary>Writes the next steps: declares position and states, and gives the states as outputs.</summary>
    EncodedSequence Continue(Sequence x);

    /// <summary>What a program that runs the steps must know, as metadata of the model.</summary>
    (string Key, string Json) Describe(ModelInfo info);
}

public abstract partial record SequenceNetwork
{
    /// <summary>How it goes on step by step; null where it doesn't.</summary>
    internal virtual IStepwise? Stepwise => null;
}
