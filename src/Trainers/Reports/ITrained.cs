namespace MLSeqGraph.Trainers;

/// <summary>A transformer that knows how it was trained.</summary>
internal interface ITrained
{
    TrainingHistory History { get; }
}
