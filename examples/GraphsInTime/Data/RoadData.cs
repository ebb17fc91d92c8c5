namespace GraphsInTime.Data;

/// <summary>A network of road segments, and trips on it whose times are known.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Features">What is known of each segment, [segments][features].</param>
/// <param name="MeanTimes">The mean time on each segment in seconds, as the trips to train on tell it.</param>
/// <param name="Followers">The segments that can be driven on behind each.</param>
/// <param name="Training">Trips to train on.</param>
/// <param name="Validation">Trips that choose the epoch.</param>
/// <param name="Test">Trips whose times are predicted.</param>
/// <param name="Remark">What the trips are, for the report.</param>
internal sealed record RoadData(string Name, float[][] Features, float[] MeanTimes, int[][] Followers, Trip[] Training, Trip[] Validation,
    Trip[] Test, string Remark)
{
    /// <summary>What was seen on each segment by the time of a departure, [departures][segments][features]; null for nothing.</summary>
    internal float[][][]? Seen { get; init; }

    /// <summary>Other ways to predict the trips of <see cref="Test"/>, in seconds.</summary>
    internal IReadOnlyDictionary<string, float[]> Others { get; init; } = new Dictionary<string, float[]>();

    /// <summary>How many followers far from the route segments are read.</summary>
    internal int Reach { get; init; } = 1;

    /// <summary>The sum of the mean times of a trip's segments, in seconds.</summary>
    internal float Sum(Trip trip) => trip.Segments.Sum(segment => MeanTimes[segment]);
}

/// <summary>A trip.</summary>
/// <param name="Segments">The segments that are driven on, one behind the other.</param>
/// <param name="Time">How long it took, in seconds.</param>
/// <param name="Departure">The row of <see cref="RoadData.Seen"/>; 0 without.</param>
/// <param name="Known">What is known of the whole trip, such as the time of the day.</param>
internal sealed record Trip(int[] Segments, float Time, int Departure, float[] Known);
