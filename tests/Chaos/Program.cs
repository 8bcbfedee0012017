using Cppo.Chaos;
using Cppo.Chaos.Children;

return args is [ChildOrder.Command, var order, .. var rest]
    ? ChaosChild.Run(ChildOrder.Parse(order), rest)
    : await ChaosCommand.RunAsync(args);
