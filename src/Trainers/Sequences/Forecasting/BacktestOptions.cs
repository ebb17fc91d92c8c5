namespace MLSeqGraph.Trainers;

/// <summary>How a forecaster is tested on the past.</summary>
public sealed class BacktestOptions
{
    /// <summary>Steps at the end of each series that are forecast; 0, the default, for five horizons.</summary>
    public int TestSteps { get; set; }

    /// <summary>Steps from one origin to the next; 0, the default, for the horizon.</summary>
    public int Step { get; set; }

    /// <summary>Steps between the last one that is trained on and the first that is forecast from it. 0 by default.</summary>
    public int Gap { get; set; }

    /// <summary>Whether the network is trained again at each origin, by a trainer. False by default: once, before the first.</summary>
    public bool Refit { get; set; }

    /// <summary>
    /// Steps of a season, of the seasonal naive forecast and of scaled errors; 1 for none; 0, the default, to recognize it
    /// (<see cref="Seasonality"/>), which the log says.
    /// </summary>
    public int Season { get; set; }

    internal BacktestOptions Checked(int horizon)
    {
        if (TestSteps < 0 || Step < 0 || Gap < 0 || Season < 0)
            throw new ArgumentException($"{nameof(TestSteps)} is {TestSteps}, {nameof(Step)} {Step}, {nameof(Gap)} {Gap} and "
                + $"{nameof(Season)} {Season}; expected at least 0.");
        var copy = (BacktestOptions)MemberwiseClone();
        (copy.TestSteps, copy.Step) = (TestSteps == 0 ? 5 * horizon : TestSteps, Step == 0 ? horizon : Step);
        if (copy.TestSteps < horizon)
            throw new ArgumentException($"{nameof(TestSteps)} is {TestSteps}; expected at least the horizon of {horizon} steps.");
        return copy;
    }
}
