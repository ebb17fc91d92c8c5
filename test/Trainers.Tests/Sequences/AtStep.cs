using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>A schedule that does something before one step of a run, counted from 0: the way into the middle of an epoch.</summary>
internal sealed class AtStep(long at, Action action, float factorFromThen = 1) : LearningRateSchedule
{
    /// <summary>The same kind of schedule, as resumed training asks for one, that does nothing.</summary>
    internal static AtStep Never { get; } = new(long.MaxValue, () => { });

    public override float At(long step, long totalSteps)
    {
        if (step == at)
            action();
        return step < at ? 1 : factorFromThen;
    }
}
