using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.Graphs;

/// <summary>Timed events as questions: what a history says, that none sees the future, and what is refused.</summary>
[TestClass]
public class TemporalGraphTests
{
    private readonly MLContext _ml = new(1);

    private sealed class Message
    {
        public float Time { get; set; }

        public string Source { get; set; } = "";

        public string Target { get; set; } = "";

        public string Room { get; set; } = "";

        public float Size { get; set; }
    }

    private sealed class Row
    {
        public long Query { get; set; }

        public bool Label { get; set; }

        public string Source { get; set; } = "";

        public string Target { get; set; } = "";

        public double Time { get; set; }

        public float[] SourceEvents { get; set; } = [];

        public float[] TargetEvents { get; set; } = [];
    }

    private sealed class RoomRow
    {
        public float[] ContextEvents { get; set; } = [];
    }

    private static readonly TemporalEventColumns InRooms = new() { ContextColumnName = "Room", FeaturesColumnName = "Size" };

    // a writes to b, c says something to all, b writes to a, b writes to c, twice at one time.
    private static readonly Message[] Few =
    [
        new() { Time = 1, Source = "a", Target = "b", Room = "x", Size = 10 },
        new() { Time = 3, Source = "c", Target = "", Room = "y", Size = 20 },
        new() { Time = 7, Source = "b", Target = "a", Room = "x", Size = 30 },
        new() { Time = 8, Source = "b", Target = "c", Room = "x", Size = 40 },
        new() { Time = 8, Source = "a", Target = "c", Room = "y", Size = 50 },
    ];

    private TemporalGraph Graph(IEnumerable<Message> messages, TemporalEventColumns? columns = null,
        TemporalGraphOptions? options = null) =>
        _ml.Data.TemporalGraph(_ml.Data.LoadFromEnumerable(messages), columns, options);

    private List<T> Rows<T>(IDataView view) where T : class, new() => [.. _ml.Data.CreateEnumerable<T>(view, false, true)];

    private static Message[] Many(int count, int seed = 1)
    {
        var random = new Random(seed);
        var time = 0f;
        return [.. Enumerable.Range(0, count).Select(number => new Message
        {
            Time = time += random.Next(3), Source = $"n{random.Next(4 + number / 5)}",
            Target = random.Next(4) == 0 ? "" : $"n{random.Next(4 + number / 5)}", Room = $"r{random.Next(2)}", Size = random.NextSingle(),
        })];
    }

    [TestMethod]
    public void Steps_say_what_happened()
    {
        var graph = Graph(Few, InRooms);
        Assert.AreEqual((5, 3, 13, true), (graph.EventCount, graph.NodeCount, graph.FeatureCount, graph.HasContexts));
        var asked = graph.Ask(_ml.Data.LoadFromEnumerable((Message[])[new() { Time = 8, Source = "b", Target = "a", Room = "x" }]));
        var row = Rows<Row>(asked).Single();
        static float Log(double gap) => (float)Math.Log(1 + gap);
        // The two events at time 8 aren't seen.
        float[] ofSource =
        [
            1, 0, 0, 0, 0, 0, 0, 0, 0, 0, Log(2), 0, 0,
            0, 0, 1, 0, 1, 1, 0, 1, Log(7), 0, 0, 0, 10,                        // a, the question's target, wrote to b, its source
            0, 1, 1, 1, 0, 0, 1, 1, Log(1), Log(6), Log(1), Log(6), 30,        // a had one event before, 6 earlier
        ];
        float[] ofTarget =
        [
            1, 0, 0, 0, 0, 0, 0, 0, 0, 0, Log(2), 0, 0,
            0, 1, 1, 0, 1, 1, 0, 1, Log(7), 0, 0, 0, 10,
            0, 0, 1, 1, 0, 0, 1, 1, Log(1), Log(6), Log(1), Log(6), 30,
        ];
        float[] ofRoom =
        [
            1, 0, 0, 0, 0, 0, 0, 0, 0, 0, Log(2), 0, 0,
            0, 1, 1, 0, 1, 1, 0, 1, Log(7), 0, 0, 0, 10,
            0, 1, 1, 1, 0, 0, 1, 1, Log(1), Log(6), Log(1), Log(6), 30,
        ];
        Same(ofSource, row.SourceEvents);
        Same(ofTarget, row.TargetEvents);
        Same(ofRoom, Rows<RoomRow>(asked).Single().ContextEvents);
        Assert.AreEqual((0L, "b", "a", 8.0), (row.Query, row.Source, row.Target, row.Time));
    }

    private static void Same(float[] expected, float[] found)
    {
        Assert.HasCount(expected.Length, found);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], found[i], 1e-6f, $"step {i / 13}, feature {i % 13}");
    }

    [TestMethod]
    public void No_question_sees_its_own_event_or_later_ones()
    {
        var messages = Many(60);
        var all = Rows<Row>(Graph(messages).Candidates(0, 60));
        foreach (var end in (int[])[20, 41])
        {
            // What comes after a question, and what happens at its time, is changed.
            var time = messages[end].Time;
            Message[] changed = [.. messages.Where(message => message.Time < time), new() { Time = time, Source = "n1", Target = "n2" },
                .. messages.Where(message => message.Time >= time).Select(message => new Message
                {
                    Time = message.Time, Source = message.Target.Length > 0 ? message.Target : "n0", Target = message.Source,
                })];
            var others = Graph(changed);
            var pairs = all.Where(row => row.Time <= time).Select(row => new Message
            {
                Time = (float)row.Time, Source = row.Source, Target = row.Target,
            }).ToArray();
            var again = Rows<Row>(others.Ask(_ml.Data.LoadFromEnumerable(pairs)));
            foreach (var (before, after) in all.Where(row => row.Time <= time).Zip(again))
            {
                CollectionAssert.AreEqual(before.SourceEvents, after.SourceEvents);
                CollectionAssert.AreEqual(before.TargetEvents, after.TargetEvents);
            }
        }
    }

    [TestMethod]
    public void A_stream_says_what_reading_at_once_says()
    {
        var messages = Many(80);
        var whole = Graph(messages, InRooms);
        var stream = Graph(messages[..50], InRooms);
        var early = Rows<Row>(stream.Candidates(10, 50));
        stream.Append(_ml.Data.LoadFromEnumerable(messages[50..51]));
        stream.Append(_ml.Data.LoadFromEnumerable(messages[51..]));
        Assert.AreEqual((whole.EventCount, whole.NodeCount), (stream.EventCount, stream.NodeCount));
        var (one, other) = (Rows<Row>(whole.Candidates(10, 80)), Rows<Row>(stream.Candidates(10, 80)));
        Assert.HasCount(one.Count, other);
        foreach (var (row, same) in one.Zip(other).Concat(early.Zip(one)))
        {
            Assert.AreEqual((row.Query, row.Source, row.Target, row.Label), (same.Query, same.Source, same.Target, same.Label));
            CollectionAssert.AreEqual(row.SourceEvents, same.SourceEvents);
            CollectionAssert.AreEqual(row.TargetEvents, same.TargetEvents);
        }
    }

    [TestMethod]
    public void A_node_without_a_history_has_the_start_alone()
    {
        var row = Rows<Row>(Graph(Few).Ask(_ml.Data.LoadFromEnumerable((Message[])[new() { Time = 9, Source = "new", Target = "a" }])))
            .Single();
        Assert.AreEqual(12, row.SourceEvents.Length);
        Assert.AreEqual(1, row.SourceEvents.Sum());
        Assert.AreEqual(4 * 12, row.TargetEvents.Length);
        Assert.AreEqual("new", row.Source);
    }

    [TestMethod]
    public void Histories_are_the_last_events()
    {
        var (full, cut) = (Rows<Row>(Graph(Many(100)).Candidates(50, 100)), Rows<Row>(Graph(Many(100), options: new() { HistoryLength = 3 })
            .Candidates(50, 100)));
        foreach (var (row, shorter) in full.Zip(cut))
        {
            Assert.IsLessThanOrEqualTo(4 * 12, shorter.SourceEvents.Length);
            var last = shorter.SourceEvents.Length - 12;
            CollectionAssert.AreEqual(row.SourceEvents[..12], shorter.SourceEvents[..12]);
            CollectionAssert.AreEqual(row.SourceEvents[^last..], shorter.SourceEvents[12..]);
        }
    }

    [TestMethod]
    public void Other_candidates_are_nodes_of_the_past()
    {
        var messages = Many(100);
        foreach (var onlyTargets in (bool[])[false, true])
        {
            var graph = Graph(messages, new() { ContextColumnName = "Room" }, new() { OnlyTargetsAreCandidates = onlyTargets });
            var drawn = Rows<Row>(graph.Questions(30, 100, negatives: 4, seed: 2));
            CollectionAssert.AreEqual(drawn.Select(row => row.Target).ToArray(),
                Rows<Row>(graph.Questions(30, 100, negatives: 4, seed: 2)).Select(row => row.Target).ToArray());
            var ranked = Rows<Row>(graph.Candidates(30, 100));
            foreach (var group in drawn.Concat(ranked).GroupBy(row => (row.Query, ranked.Contains(row))))
            {
                var message = messages[group.Key.Query];
                var known = messages.Where(other => other.Time < message.Time && other.Room == message.Room)
                    .SelectMany(other => onlyTargets ? [other.Target] : (string[])[other.Source, other.Target]).ToHashSet();
                known.Remove("");
                Assert.AreEqual(message.Target, group.Single(row => row.Label).Target);
                string[] others = [.. group.Where(row => !row.Label).Select(row => row.Target)];
                Assert.IsTrue(others.All(known.Contains));
                Assert.DoesNotContain(message.Source, others);
                Assert.DoesNotContain(message.Target, others);
                Assert.HasCount(others.Distinct().Count(), others);
                known.ExceptWith([message.Source, message.Target]);
                Assert.IsTrue(group.Key.Item2 ? others.Length == known.Count : others.Length <= 4);
            }
        }
    }

    private sealed class Born
    {
        public string Id { get; set; } = "";

        public float Time { get; set; }
    }

    [TestMethod]
    public void Bad_events_are_named()
    {
        void Fails<T>(string message, Action action) where T : Exception =>
            StringAssert.Contains(Assert.Throws<T>(action).Message, message);
        Message[] With(Message last) => [.. Few, last];
        Fails<InvalidDataException>("Column 'Time', row 5: the time is 7.5, but the event before was at 8; expected events in the order",
            () => Graph(With(new() { Time = 7.5f, Source = "a", Target = "b" })));
        Fails<InvalidDataException>("Column 'Source', row 5: the node's id is missing", () => Graph(With(new() { Time = 9 })));
        Fails<InvalidDataException>("Column 'Time', row 5: the time is missing", () =>
            Graph(With(new() { Time = float.NaN, Source = "a" })));
        Fails<InvalidDataException>("Column 'Time', row 5: the time is Infinity, expected a finite number",
            () => Graph(With(new() { Time = float.PositiveInfinity, Source = "a" })));
        Fails<InvalidDataException>("Column 'Size', row 5: found NaN, expected finite numbers",
            () => Graph(With(new() { Time = 9, Source = "a", Room = "x", Size = float.NaN }), InRooms));
        Fails<InvalidDataException>("Column 'Room', row 5: the node's id is missing",
            () => Graph(With(new() { Time = 9, Source = "a" }), InRooms));
        Fails<ArgumentException>("Column 'Sender' of the events not found", () => Graph(Few, new() { SourceColumnName = "Sender" }));
        Fails<ArgumentException>("Column 'Room' of the events is String; expected times", () =>
            Graph(Few, new() { TimeColumnName = "Room" }));
        Fails<ArgumentException>("Column 'Room' of the events is String; expected Single, or a vector of Single",
            () => Graph(Few, new() { FeaturesColumnName = "Room" }));
        Fails<ArgumentOutOfRangeException>("HistoryLength", () => Graph(Few, options: new() { HistoryLength = 0 }));
        Fails<ArgumentOutOfRangeException>("TimeUnit", () => Graph(Few, options: new() { TimeUnit = double.NaN }));

        TemporalEventColumns Known(params Born[] born) => new() { Nodes = _ml.Data.LoadFromEnumerable(born) };
        Born a = new() { Id = "a", Time = 0 }, b = new() { Id = "b", Time = 1 }, c = new() { Id = "c", Time = 3 };
        Assert.AreEqual(5, Graph(Few, Known(a, b, c)).EventCount);
        Fails<InvalidDataException>("Column 'Source', row 1: node 'c' takes part in an event at 3, but by column 'Time' of "
            + "the nodes it begins "
            + "at 3.5; expected events from then on", () => Graph(Few, Known(a, b, new() { Id = "c", Time = 3.5f })));
        Fails<InvalidDataException>("Column 'Target', row 0: node 'b' takes part in an event at 1, but",
            () => Graph(Few, Known(a, new() { Id = "b", Time = 2 }, c)));
        Fails<InvalidDataException>("Column 'Source', row 1: node 'c' is not in column 'Id' of the nodes", () => Graph(Few, Known(a, b)));
        Fails<InvalidDataException>("node 'a' is there twice", () => Graph(Few, Known(a, a)));

        var graph = Graph(Few);
        Fails<ArgumentOutOfRangeException>("Events 3 to before 3 of 5", () => graph.Questions(3, 3));
        Fails<InvalidDataException>("none of the events 1 to 1 has a target", () => graph.Candidates(1, 2));
        Fails<InvalidDataException>("Column 'Target' of the pairs, row 0: the node's id is missing",
            () => graph.Ask(_ml.Data.LoadFromEnumerable((Message[])[new() { Time = 1, Source = "a" }])));
        Fails<ArgumentException>("Column 'Source' has numbers here, but text before", () => graph.Ask(
            _ml.Data.LoadFromEnumerable(new[] { new { Time = 9f, Source = 1, Target = 2 } })));
        // The second of the events is before the first: none of them is added.
        Fails<InvalidDataException>("Column 'Time', row 1: the time is 8, but the event before was at 9", () => graph.Append(
            _ml.Data.LoadFromEnumerable((Message[])[new() { Time = 9, Source = "z" }, new() { Time = 8, Source = "a" }])));
        Assert.AreEqual((5, 3), (graph.EventCount, graph.NodeCount));
        Fails<ArgumentException>("Column 'Time' is DateTime here; expected times of type Single", () => graph.Append(
            _ml.Data.LoadFromEnumerable(new[] { new { Time = DateTime.UnixEpoch, Source = "a", Target = "b" } })));
        Fails<ArgumentException>("Column 'Source' has numbers here, but text before", () => graph.Append(
            _ml.Data.LoadFromEnumerable(new[] { new { Time = 9f, Source = 1, Target = 2 } })));
        Fails<ArgumentException>("expected ids of nodes of one kind, text or numbers", () => graph.Append(
            _ml.Data.LoadFromEnumerable(new[] { new { Time = 9f, Source = "a", Target = 2 } })));
    }

    [TestMethod]
    public void Dates_are_seconds_and_keys_are_ids()
    {
        var day = new DateTime(2020, 2, 3);
        var view = _ml.Data.LoadFromEnumerable(new[]
        {
            new { Time = day, Source = "a", Target = "b" }, new { Time = day.AddSeconds(2), Source = "a", Target = "b" },
        });
        var keyed = _ml.Transforms.Conversion.MapValueToKey("Source").Append(_ml.Transforms.Conversion.MapValueToKey("Target")).Fit(view)
            .Transform(view);
        foreach (var events in (IDataView[])[view, keyed])
        {
            var row = Rows<Row>(_ml.Data.TemporalGraph(events).Questions(1, 2)).First();
            Assert.AreEqual(("a", "b", true), (row.Source, row.Target, row.Label));
            Assert.AreEqual(MathF.Log(3), row.SourceEvents[12 + 8], 1e-6f);
        }
    }
}
