using GraphsInTime;
using GraphsInTime.Data;
using Microsoft.ML;

// Graphs that change with time: values of places that influence each other, events between nodes, trips on roads,
// signals of brains.
var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(seed: 1);
    var task = options.Data is not { } folder ? options.Task ?? Options.Traffic
        : RoadFolder.IsOne(folder) ? Options.Trips : EventFolder.Find(folder) is not null ? Options.Events
        : options.Task ?? Options.Traffic;
    options.CheckFor(task);
    switch (task)
    {
        case Options.Trips:
            TripExperiment.Run(ml, options.Data is { } roads ? RoadFolder.Load(roads) : Congestion.Generate(seed: 1), options);
            break;
        case Options.Events:
            EventExperiment.Run(ml, options.Data is { } events ? EventFolder.Load(events) : Replies.Generate(seed: 1), options);
            break;
        case Options.Brains when options.Data is { } recording:
            RegionReport.Run(PlaceFolder.Load(recording, options.Neighbors), options);
            break;
        case Options.Brains:
            BrainExperiment.Run(ml, options);
            break;
        default:
            ForecastExperiment.Run(ml, options.Data is { } places ? PlaceFolder.Load(places, options.Neighbors)
                : Traffic.Generate(seed: 1), options);
            break;
    }
});
