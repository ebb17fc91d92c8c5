namespace MLSeqGraph.Trainers;

/// <summary>Why training ended.</summary>
public enum TrainingEnd
{
    /// <summary>It has not ended yet.</summary>
    Running,
    /// <summary>All epochs were done.</summary>
    Completed,
    /// <summary>The monitored metric had not improved for long enough.</summary>
    EarlyStopping,
    /// <summary>It was canceled.</summary>
    Canceled,
    /// <summary>A loss or gradient was not a finite number.</summary>
    Diverged,
    /// <summary>Something else failed: a row of the data, a file.</summary>
    Failed,
    /// <summary>It was stopped by <see cref="TrainingOptions.StopToken"/>.</summary>
    Stopped,
}
