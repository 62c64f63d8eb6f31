"""What embeds fastest on this processor, and what each way of going faster costs in ranking quality."""
